/** A file of a form, as its sender described it. */
export interface FormFile {
  kind: 'file';
  name: string;
  filename: string;
  contentType: string;
  /** In the pieces in which it came. */
  pieces: readonly Buffer[];
  /** Bytes of all pieces. */
  length: number;
}

export interface FormField {
  kind: 'field';
  name: string;
  value: string;
}

/** A multipart form in the order in which its parts came: a file may stand before the model's name. */
export interface FormRequest {
  parts: readonly (FormField | FormFile)[];
}

export function filesOf({ parts }: FormRequest): FormFile[] {
  return parts.filter((part) => part.kind === 'file');
}

/**
 * The text fields as an object: a repeated field, or one whose name says so (`include[]`), is a list under its
 * name without the brackets.
 */
export function fieldsOf({ parts }: FormRequest): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  for (const part of parts) {
    if (part.kind === 'file') continue;
    const isList = part.name.endsWith('[]');
    const name = isList ? part.name.slice(0, -2) : part.name;
    const known = fields.get(name);
    if (known === undefined) fields.set(name, isList ? [part.value] : part.value);
    else fields.set(name, [...(Array.isArray(known) ? known : [known]), part.value]);
  }
  return Object.fromEntries(fields);
}
