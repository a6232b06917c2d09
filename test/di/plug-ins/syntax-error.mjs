export const reverie = {
