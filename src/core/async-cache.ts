/**
 * Results of asynchronous work by key. The work for a key is done once, also while it is under way; work that failed is
 * forgotten, so that the next call tries again.
 */
export class AsyncCache<Key, Value> {
  readonly #entries = new Map<Key, Promise<Value>>();

  get(key: Key, make: () => Promise<Value>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#entries.set(key, made);
    made.catch(() => {
      if (this.#entries.get(key) === made) this.#entries.delete(key);
    });
    return made;
  }

  /**
   * Forgets everything, handing each value to `dispose`, where it is still being made as soon as it is there; settled when
   * all are disposed.
   */
  async clear(dispose: (value: Value) => void | Promise<void>): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    // Whoever asked for what failed has the error.
    await Promise.all(entries.map((entry) => entry.then(dispose, () => undefined)));
  }
}
