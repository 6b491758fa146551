/** Why a change is not written, as a sentence for a person that says what to do instead. What it quotes of a file is not yet inert. */
export class Refusal {
  readonly sentence: string;

  constructor(sentence: string) {
    this.sentence = sentence;
  }
}
