// Elements, made without markup: what a node says about itself is only ever text.

const SVG = 'http://www.w3.org/2000/svg';

export const byId = id => document.getElementById(id);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null));
  return element;
}

export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Sets a text only where it differs, so that nothing is read out or selected away without need. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
