import { styleText } from 'node:util';

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

/** Where a command speaks. Results go to standard output, everything else to standard error, so that pipes get only results. */
export interface Terminal {
  /** Writes a result and ends the line. */
  print(text: string): void;
  /** Writes a result as it is. */
  write(text: string): void;
  /** Progress and advice for the person who waits. */
  note(text: string): void;
  /** Colours a text of the results, if somebody looks at them. */
  colour(text: string, colour: Colour): string;
  /** Whether questions can be asked and answered. */
  canAsk: boolean;
}

/** The process's own terminal. */
export function createTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  // `hasColors` knows NO_COLOR and terminals without colours.
  const hasColours = stdout.isTTY && stdout.hasColors();
  return {
    print: (text) => void stdout.write(`${text}\n`),
    write: (text) => void stdout.write(text),
    note: (text) => void stderr.write(`${text}\n`),
    colour: (text, colour) => (hasColours ? styleText(colour, text, { validateStream: false }) : text),
    canAsk: stdin.isTTY && stderr.isTTY,
  };
}
