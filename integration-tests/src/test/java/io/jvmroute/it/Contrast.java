package io.jvmroute.it;

import java.util.List;

/**
 * Text of a page that is hard to read: below 4.5 to 1, or 3 to 1 where it is large.
 *
 * <p>Source: <a href="https://www.w3.org/TR/WCAG22/#contrast-minimum">WCAG 2.2</a>, 1.4.3. Judged by computed colours: of the text, and of all that lies under its middle, shapes of an
 * SVG image included.
 */
final class Contrast {
    private static final String SCRIPT = """
            (() => {
              const brush = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
              const colour = (name, opacity) => {
                brush.clearRect(0, 0, 1, 1);
                brush.fillStyle = name;
                brush.fillRect(0, 0, 1, 1);
                const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
                return {channels: [r, g, b], alpha: a / 255 * opacity};
              };
              const over = (top, below) => top.channels.map((c, i) => c * top.alpha + below[i] * (1 - top.alpha));
              const luminance = channels => channels
                .map(c => c / 255)
                .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
              const ratio = (a, b) => {
                const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
                return (light + 0.05) / (dark + 0.05);
              };
              const covers = (shape, x, y) => {
                const box = shape.getBoundingClientRect();
                if (x < box.left || x > box.right || y < box.top || y > box.bottom) return false;
                const point = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
                return shape.isPointInFill(point);
              };
              const ground = element => {
                const layers = [];
                for (let each = element; each; each = each.parentElement) {
                  const style = getComputedStyle(each);
                  if (!(each instanceof SVGElement)) layers.unshift(colour(style.backgroundColor, 1));
                }
                if (element instanceof SVGElement) {
                  const box = element.getBoundingClientRect();
                  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
                  for (const shape of element.ownerSVGElement.querySelectorAll('rect, path, circle')) {
                    const style = getComputedStyle(shape);
                    const isBelow = shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
                    if (isBelow && style.fill !== 'none' && covers(shape, x, y)) layers.push(colour(style.fill, style.opacity));
                  }
                }
                return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
              };
              const faults = [];
              const judge = (element, style, text) => {
                const below = ground(element);
                const ink = colour(element instanceof SVGElement ? style.fill : style.color, 1);
                const size = parseFloat(style.fontSize);
                const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
                const found = ratio(over(ink, below), below);
                if (found < needed) faults.push(`${text}: ${found.toFixed(2)} (expected: ${needed})`);
                judged++;
              };
              let judged = 0;
              const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              for (let node = texts.nextNode(); node; node = texts.nextNode()) {
                const element = node.parentElement;
                const isShown = element.checkVisibility() && !element.closest('.hidden, .skip, script, noscript');
                if (node.data.trim() && isShown) judge(element, getComputedStyle(element), node.data.trim());
              }
              for (const field of document.querySelectorAll('input[placeholder]')) {
                if (field.checkVisibility()) judge(field, getComputedStyle(field, '::placeholder'), field.placeholder);
              }
              return judged > 20 ? faults : [`only ${judged} texts (expected: those of the page)`];
            })()""";

    private Contrast() {}

    /** Each text that is too faint, with its contrast. */
    static List<String> faults(BrowserPage page) throws InterruptedException {
        return page.evaluate(SCRIPT).elements().stream().map(Json::text).toList();
    }
}
