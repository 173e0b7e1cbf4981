// Reads from a source file what the import rules are about.
import ts from 'typescript';

/**
 * `typeOnly`: nothing is left of it at run time. `names`: the values taken by name. `namespace`: the local name of
 * the whole module.
 * @typedef {{ specifier: string, typeOnly: boolean, names: string[], namespace: string | undefined, line: number }} Import
 */

/**
 * The code of a file; of a component, what stands in its script blocks, at unchanged line numbers.
 * @param {string} path @param {string} text
 */
function codeOf(path, text) {
  if (!path.endsWith('.svelte')) return text;
  let code = '';
  let end = 0;
  for (const match of text.matchAll(/<script\b[^>]*>([^]*?)<\/script>/g)) {
    const [whole, script = ''] = match;
    const start = match.index + whole.indexOf('>') + 1;
    code += text.slice(end, start).replace(/[^\n]/g, ' ') + script;
    end = start + script.length;
  }
  return code;
}

/** @param {string} path @param {string} text */
export function parse(path, text) {
  return ts.createSourceFile(path, codeOf(path, text), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
}

/** @param {ts.Node} node 1-based */
function lineOf(node) {
  return node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

/** @param {ts.Node} root @param {(node: ts.Node) => void} visit */
function walk(root, visit) {
  visit(root);
  ts.forEachChild(root, (child) => walk(child, visit));
}

/** @param {ts.ImportDeclaration} node @returns {Omit<Import, 'specifier' | 'line'>} */
function importedBy(node) {
  const clause = node.importClause;
  const bindings = clause?.namedBindings;
  const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
  return {
    typeOnly: clause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
    names: elements.filter((one) => !one.isTypeOnly).map((one) => (one.propertyName ?? one.name).text),
    namespace: bindings && ts.isNamespaceImport(bindings) ? bindings.name.text : clause?.name?.text,
  };
}

/**
 * Every import of a file: statements, re-exports, `import()` and `import('…').Type`.
 * @param {ts.SourceFile} source
 */
export function importsOf(source) {
  /** @type {Import[]} */
  const found = [];
  /** @param {ts.Node} node @param {ts.Node | undefined} specifier @param {Partial<Import>} rest */
  const add = (node, specifier, rest) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const plain = { typeOnly: false, names: [], namespace: undefined };
    found.push({ ...plain, ...rest, specifier: specifier.text, line: lineOf(node) });
  };
  walk(source, (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, importedBy(node));
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, { typeOnly: node.isTypeOnly });
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], {});
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, { typeOnly: true });
    }
  });
  return found;
}

/** @param {ts.Node} node @returns {ts.Node} the part of the file in which a declaration holds */
function scopeOf(node) {
  const { parent } = node;
  const isScope = ts.isFunctionLike(parent) || ts.isBlock(parent) || ts.isSourceFile(parent);
  return isScope ? parent : scopeOf(parent);
}

/** @param {ts.Node} node whether it gives a value a name of its own */
function isDeclaration(node) {
  return (
    ts.isParameter(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isImportSpecifier(node) ||
    ts.isImportClause(node)
  );
}

/** @param {ts.Identifier} node whether it reads the value of that name */
function isRead(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
    return parent.expression === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
    return parent.initializer === node;
  }
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return ts.isExpression(parent) || ts.isStatement(parent) || ts.isShorthandPropertyAssignment(parent);
}

/**
 * The lines on which a name of the global scope is read, by itself or as a property of `globalThis`.
 * @param {ts.SourceFile} source @param {string} name
 */
export function globalReads(source, name) {
  /** @type {ts.Identifier[]} */
  const identifiers = [];
  walk(source, (node) => {
    if (ts.isIdentifier(node) && node.text === name) identifiers.push(node);
  });
  const scopes = new Set(
    identifiers
      .filter(
        (one) => isDeclaration(one.parent) && /** @type {ts.NamedDeclaration} */ (one.parent).name === one,
      )
      .map((one) => scopeOf(one.parent)),
  );
  /** @param {ts.Node} node @returns {boolean} */
  const isShadowed = (node) => scopes.has(node) || (node.parent !== undefined && isShadowed(node.parent));
  return identifiers
    .filter((one) => isOfGlobalThis(one) || (isRead(one) && !isShadowed(one)))
    .map((one) => lineOf(one));
}

/** @param {ts.Identifier} node */
function isOfGlobalThis({ parent }) {
  return ts.isPropertyAccessExpression(parent) && parent.expression.getText() === 'globalThis';
}

/**
 * Whether a property of it is being assigned, as in `node.name = 1`.
 * @param {ts.Node} node
 */
function isWrittenInto({ parent }) {
  const isAccess = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
  const assignment = isAccess ? parent.parent : undefined;
  return (
    assignment !== undefined &&
    ts.isBinaryExpression(assignment) &&
    assignment.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    assignment.left === parent
  );
}

/**
 * The lines on which a property of a named object is read, as `object.property` or `object['property']`. Setting
 * something inside of it is no read.
 * @param {ts.SourceFile} source @param {string} object @param {string} property
 */
export function propertyReads(source, object, property) {
  /** @type {number[]} */
  const lines = [];
  walk(source, (node) => {
    const isDotted = ts.isPropertyAccessExpression(node) && node.name.text === property;
    const isQuoted =
      ts.isElementAccessExpression(node) &&
      ts.isStringLiteralLike(node.argumentExpression) &&
      node.argumentExpression.text === property;
    if (
      (isDotted || isQuoted) &&
      !isWrittenInto(node) &&
      node.expression.getText().replace(/^globalThis\./, '') === object
    ) {
      lines.push(lineOf(node));
    }
  });
  return lines;
}
