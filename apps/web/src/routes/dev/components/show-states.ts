/**
 * Lets `data-show="hover"` or `data-show="focus-visible"` on an element show what is inside of it as it looks then:
 * every rule of the page with such a state gets a twin that asks for the attribute instead.
 */
export function showStates(): void {
  const states = ['hover', 'focus-visible', 'active'];
  const twins: string[] = [];
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSStyleRule)) continue;
      for (const state of states) {
        if (!rule.selectorText.includes(`:${state}`)) continue;
        const selector = rule.selectorText.replaceAll(`:${state}`, `:is([data-show~="${state}"] *)`);
        twins.push(`${selector} { ${rule.style.cssText} }`);
      }
    }
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(twins.join('\n'));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
