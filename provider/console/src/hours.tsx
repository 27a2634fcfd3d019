/* Sign-ins and refusals by the hour, as a small plot with its table. */
import type { Row } from './rpc';

interface Hour {
  label: string;
  signIns: number;
  refused: number;
}

const WIDTH = 480;
const HEIGHT = 100;

function count(records: Row[], since: number): Hour[] {
  const hours = Array.from({ length: 24 }, (_, index) => ({
    label: new Date((since + index * 3600) * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
    signIns: 0,
    refused: 0,
  }));
  for (const record of records) {
    const hour = hours[Math.floor((Date.parse(String(record.time)) / 1000 - since) / 3600)];
    if (!hour) continue;
    if (record.outcome === 'denied' || record.outcome === 'refused') hour.refused++;
    else if (record.event === 'signin') hour.signIns++;
  }
  return hours;
}

function Bar({ at, of, most, color }: { at: number; of: number; most: number; color: string }) {
  const height = (of / most) * (HEIGHT - 4);
  return <rect x={at} y={HEIGHT - height} width={8} height={height} fill={color} />;
}

export function Hours({ records, since }: { records: Row[]; since: number }) {
  const hours = count(records, since);
  const most = Math.max(1, ...hours.map((one) => Math.max(one.signIns, one.refused)));
  const signIns = hours.reduce((sum, one) => sum + one.signIns, 0);
  const refused = hours.reduce((sum, one) => sum + one.refused, 0);
  return (
    <figure>
      <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img"
        aria-label={`${signIns} sign-ins and ${refused} refusals by hour; at most ${most} an hour`}>
        <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="currentColor" />
        {hours.map((one, index) => (
          <g key={index}>
            <title>{`${one.label}: ${one.signIns} sign-ins, ${one.refused} refusals`}</title>
            <Bar at={index * 20 + 1} of={one.signIns} most={most} color="var(--pf-t--global--color--status--info--default)" />
            <Bar at={index * 20 + 10} of={one.refused} most={most} color="var(--pf-t--global--color--status--danger--default)" />
          </g>
        ))}
      </svg>
      <figcaption>{`${signIns} sign-ins (left bars), ${refused} refusals (right bars), ${hours[0].label} until now`}</figcaption>
    </figure>
  );
}
