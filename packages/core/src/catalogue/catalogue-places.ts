import type { Reason } from '@aigc/shared/reasons';
import { isMap, isNode, isScalar, type Document, type LineCounter } from 'yaml';

/** Something that is wrong with a file. */
export interface CatalogueFault {
  /** Both from 1. */
  line: number;
  column: number;
  /** In English. */
  message: string;
  /** What is at fault, as `models[3].prices.input`; empty: the file as a whole. */
  path: string;
  /** Why, as data for other languages. */
  reason: Reason;
}

/** What an English message and its data say together. */
export interface SaidFault {
  message: string;
  reason: Reason;
}

/** Keys and positions in lists that lead to a part of a file. */
export type Path = readonly PropertyKey[];

/** Where the parts of a file stand. */
export class CataloguePlaces {
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  faultAt(offset: number, { message, reason }: SaidFault, path: Path = []): CatalogueFault {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message, path: nameOf(path), reason };
  }

  /** At the part itself, or where it would have to stand. */
  fault(path: Path, said: SaidFault): CatalogueFault {
    return this.faultAt(this.#offsetOf(path), said, path);
  }

  /** At the key of an entry, not at its value. */
  faultAtKey(path: Path, key: string, said: SaidFault): CatalogueFault {
    const parent = this.nodeAt(path);
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    const offset = isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    return offset === undefined ? this.fault(path, said) : this.faultAt(offset, said, path);
  }

  nodeAt(path: Path): unknown {
    return path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
  }

  #offsetOf(path: Path): number {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = this.nodeAt(path.slice(0, length));
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  }
}

/** `models[3].prices.input` */
export function nameOf(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
