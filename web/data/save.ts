/** Files for the reader, made in the page. */

/** Hands a text to the reader as a file. */
export function saveText(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const NAMESPACE = 'http://www.w3.org/2000/svg';
const COLOURED = ['fill', 'stroke', 'color'] as const;

/** A drawing as a document that stands by itself: colours of the page's theme are written out, and a background is added. */
export function svgDocument(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = [drawing, ...drawing.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
    const style = getComputedStyle(originals[i]!);
    for (const name of COLOURED) {
      const own = element.getAttribute(name) ?? '';
      if (own === 'currentColor' || own.startsWith('var(')) element.setAttribute(name, style.getPropertyValue(name));
    }
    element.removeAttribute('tabindex');
  });
  const page = getComputedStyle(document.body);
  const { width, height } = drawing.viewBox.baseVal;
  copy.setAttribute('xmlns', NAMESPACE);
  copy.setAttribute('style', `color: ${page.color}; font: 12px system-ui, sans-serif`);
  const background = document.createElementNS(NAMESPACE, 'rect');
  background.setAttribute('width', String(width));
  background.setAttribute('height', String(height));
  background.setAttribute('fill', page.backgroundColor);
  const style = copy.querySelector('style');
  if (style === null) copy.prepend(background);
  else style.after(background);
  return `${new XMLSerializer().serializeToString(copy)}\n`;
}
