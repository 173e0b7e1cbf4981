/** What can hold the focus or be pressed; labels and signs inside of it cannot. */
const operable = ':where(a[href], button, input, select, textarea, [tabindex])';

/**
 * Lets `data-show="hover"` or `data-show="focus-visible"` on an element show what is inside of it as it looks then:
 * every rule of the page with such a state gets a twin that asks for the attribute instead.
 */
export function showStates(): void {
  const twins = { hover: '*', 'focus-visible': operable, active: operable };
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const text = Object.entries(twins).flatMap(([state, target]) =>
    rules
      .filter((rule) => rule instanceof CSSStyleRule)
      .filter(({ selectorText }) => selectorText.includes(`:${state}`))
      .map(({ selectorText, style }) => {
        const selector = selectorText.replaceAll(`:${state}`, `:is([data-show~="${state}"] ${target})`);
        return `${selector} { ${style.cssText} }`;
      }),
  );
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text.join('\n'));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
