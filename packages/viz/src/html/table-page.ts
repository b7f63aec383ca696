import type { TableOption } from '../option.ts';
import { printable } from '../text/glyph.ts';
import type { Theme } from '../theme/theme.ts';
import { escaped, sourceHash } from './page-text.ts';

/** A page with a table of HTML: nothing runs in it, and texts can be selected and copied. */
export function tablePage({ title, table: { columns, rows } }: TableOption, theme: Theme): string {
  const name = escaped(printable(title?.text || 'Table'));
  const style = styleOf(theme);
  const policy = `default-src 'none'; style-src ${sourceHash(style)}; base-uri 'none'; form-action 'none'`;
  const text = (value: string): string => escaped(printable(value));
  const head = columns.map((column) => `<th scope="col" class="${column.align}">${text(column.name)}</th>`);
  const body = rows.map(({ cells }) => {
    const row = cells.map((cell, i) => {
      const classes = [columns[i]?.align ?? 'left', ...(cell.isBest ? ['best'] : [])].join(' ');
      return `<td class="${classes}">${text(cell.text)}</td>`;
    });
    return `<tr>${row.join('')}</tr>`;
  });
  const notes = (title?.subtext ?? '').split('\n').filter((note) => note !== '');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<style>${style}</style>
</head>
<body>
${title?.text ? `<h1>${name}</h1>\n` : ''}${notes.map((note) => `<p>${text(note)}</p>\n`).join('')}<table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
<p>* the best of the column</p>
</body>
</html>
`;
}

function styleOf({ background, text, mutedText, axisLine, gridLine, hues }: Theme): string {
  return [
    `html,body{margin:0;background:${background};color:${text};font:13px Helvetica,Arial,sans-serif}`,
    'body{padding:16px}',
    'h1{font-size:16px;margin:0 0 6px}',
    `p{margin:0 0 10px;color:${mutedText}}`,
    'table{border-collapse:collapse;margin:0 0 10px}',
    `th{font-weight:normal;color:${mutedText};border-bottom:1px solid ${axisLine}}`,
    `td{border-bottom:1px solid ${gridLine};font-variant-numeric:tabular-nums}`,
    'th,td{padding:5px 12px;white-space:nowrap}',
    '.left{text-align:left}',
    '.right{text-align:right}',
    `.best{font-weight:bold;color:${hues.blue}}`,
    // Out of the line, so that digits stay below each other.
    '.best::after{content:" *";position:absolute}',
  ].join('\n');
}
