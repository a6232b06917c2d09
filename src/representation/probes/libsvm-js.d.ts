/** The part of libsvm-js 0.2.1 that is used here; the package has no types of its own. */
declare module 'libsvm-js/asm.js' {
  class SVM {
    constructor(options: Readonly<Record<string, string | number | boolean>>);
    train(samples: readonly ArrayLike<number>[], labels: ArrayLike<number>): void;
    /** Rows of the training samples that are support vectors, class by class in the order of the model's labels. */
    getSVIndices(): number[];
    /** The model in libsvm's own text format. */
    serializeModel(): string;
    /** Gives back the memory of problem and model, which no garbage collector sees. */
    free(): void;
  }
  export = SVM;
}
