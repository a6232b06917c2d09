/** How work that takes a while gets on: an installation, a download. */
export type WorkEvent =
  /** Something begins, or is found to be done. */
  | { readonly type: 'step'; readonly text: string }
  /** Bytes, or what `unit` says, of what was begun last; `total` is missing where it is not known. */
  | { readonly type: 'progress'; readonly done: number; readonly total?: number; readonly unit?: string };

/** What all parts of such work are given. */
export interface WorkContext {
  readonly report: (event: WorkEvent) => void;
  readonly signal: AbortSignal;
}
