/** Something doubtful about a run or a set-up: it goes on, but a person should look. */
export interface Warning {
  readonly type: 'warning';
  /** Stable name, e.g. `dreams-miss-a-class`, `replay-does-nothing`. */
  readonly code: string;
  readonly message: string;
}
