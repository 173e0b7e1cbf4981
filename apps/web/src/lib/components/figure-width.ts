const NARROW = /[\s.,:/|'il]/u;
const WIDE = /[MWm%\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** About how wide a figure is in bold tabular digits, in ems: rather too wide, since a cut figure says something else. */
export function figureWidthEm(text: string): number {
  let hundredths = 0;
  for (const character of text) {
    if (NARROW.test(character)) hundredths += 30;
    else hundredths += WIDE.test(character) ? 100 : 65;
  }
  return hundredths / 100;
}
