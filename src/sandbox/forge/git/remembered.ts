/** Answers that can never change, because their question names content by its hash; the longest unused go first. */
export interface Remembered {
  /** `undefined` and failures are not kept: an object that is missing now may be pushed in a moment. */
  get<T>(question: string, find: () => Promise<T>): Promise<T>;
}

export function remembered(most: number): Remembered {
  const answers = new Map<string, Promise<unknown>>();
  return {
    get<T>(question: string, find: () => Promise<T>): Promise<T> {
      const known = answers.get(question) as Promise<T> | undefined;
      if (known !== undefined) {
        answers.delete(question);
        answers.set(question, known);
        return known;
      }
      const found = (async () => find())();
      answers.set(question, found);
      const forget = (): void => void answers.delete(question);
      found.then((answer) => answer === undefined && forget(), forget);
      if (answers.size > most) answers.delete(answers.keys().next().value!);
      return found;
    },
  };
}
