/** How an installation gets on. */
export type InstallEvent =
  /** Something begins, or is found to be done. */
  | { readonly type: 'step'; readonly text: string }
  /** Bytes of what was begun last; `total` is missing where it is not known. */
  | { readonly type: 'progress'; readonly done: number; readonly total?: number };

/** What all parts of an installation are given. */
export interface InstallContext {
  readonly tell: (event: InstallEvent) => void;
  readonly signal: AbortSignal;
}
