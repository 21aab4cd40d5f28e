// The time axis. A click on it sets the play head.

import { useCanvas } from './canvas.ts'
import { seek } from './player.ts'
import { marks, playheadMs, visible } from './state.ts'
import { axisText } from './time-text.ts'
import { visibleScale } from './zoom.ts'

export const rulerHeight = 26

export function Ruler() {
  const canvas = useCanvas(
    rulerHeight,
    () => ({ visible: visible.value, playheadMs: playheadMs.value }),
    ({ context, width, palette }, state) => {
      const scale = visibleScale(width)
      context.clearRect(0, 0, width, rulerHeight)
      const ticks = scale.ticks(Math.max(2, width / 110))
      const step = (ticks[1] ?? 1) - (ticks[0] ?? 0)
      context.font = '11px system-ui, sans-serif'
      context.textBaseline = 'middle'
      for (const tick of ticks) {
        const x = Math.round(scale(tick))
        context.fillStyle = palette.line!
        context.fillRect(x, rulerHeight - 6, 1, 6)
        context.fillStyle = palette.muted!
        if (x + 40 < width) context.fillText(axisText(tick, step), x + 4, rulerHeight / 2)
      }
      for (const { atMs } of marks) flag(context, scale(atMs), palette.fault!)
      if (state.playheadMs !== undefined) flag(context, scale(state.playheadMs), palette.accent!)
    },
  )
  const onClick = (event: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect()
    seek(visibleScale(box.width).invert(event.clientX - box.left))
  }
  return (
    <div aria-hidden="true">
      <canvas ref={canvas} class="ruler" style={{ height: `${rulerHeight}px` }} onClick={onClick} />
    </div>
  )
}

/** A small pennant on top of a line that goes through all lanes. */
function flag(context: CanvasRenderingContext2D, x: number, color: string): void {
  context.fillStyle = color
  context.beginPath()
  context.moveTo(x - 5, rulerHeight - 10)
  context.lineTo(x + 5, rulerHeight - 10)
  context.lineTo(x + 5, rulerHeight - 5)
  context.lineTo(x, rulerHeight)
  context.lineTo(x - 5, rulerHeight - 5)
  context.fill()
}
