// Play, play head, sound on and off, zoom, theme, help.

import { hasSound, seek, togglePlay } from './player.ts'
import { isHelpOpen, isPlaying, muted, playheadMs, theme, viewed } from './state.ts'
import { clockText } from './time-text.ts'
import { pan, showAll, zoomBy } from './zoom.ts'

const isAudible = hasSound()

export function Toolbar() {
  return (
    <fieldset class="toolbar">
      <legend class="unseen">Playing and zooming</legend>
      <div class="tools">
        <button type="button" class="play" onClick={togglePlay} disabled={!isAudible} aria-keyshortcuts="Space">
          <span aria-hidden="true">{isPlaying.value ? '❚❚' : '▶'}</span> {isPlaying.value ? 'Pause' : 'Play'}
        </button>
        <button type="button" onClick={() => seek(viewed.data.startMs)} disabled={!isAudible}>
          Start
        </button>
        <output class="clock" aria-label="Play head">
          {clockText(playheadMs.value ?? viewed.data.startMs)} / {clockText(viewed.data.endMs)}
        </output>
        {isAudible ? <Sides /> : <span class="quiet">no sound in this timeline</span>}
      </div>
      <div class="tools">
        <Tool label="Earlier" sign="←" run={() => pan(-0.2)} />
        <Tool label="Later" sign="→" run={() => pan(0.2)} />
        <Tool label="Zoom out" sign="−" run={() => zoomBy(1 / 1.6)} />
        <Tool label="Zoom in" sign="+" run={() => zoomBy(1.6)} />
        <button type="button" onClick={showAll} aria-keyshortcuts="0">
          Fit
        </button>
        <button type="button" aria-pressed={theme.value === 'dark'} onClick={toggleTheme} aria-keyshortcuts="t">
          <span aria-hidden="true">◐</span> Dark
        </button>
        <button type="button" onClick={() => (isHelpOpen.value = true)} aria-label="Help, keys" aria-keyshortcuts="?">
          <span aria-hidden="true">?</span>
        </button>
      </div>
    </fieldset>
  )
}

function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark'
}

function Tool({ label, sign, run }: { label: string; sign: string; run: () => void }) {
  return (
    <button type="button" onClick={run} aria-label={label} title={label}>
      <span aria-hidden="true">{sign}</span>
    </button>
  )
}

function Sides() {
  return (
    <>
      {(['input', 'output'] as const).map((side) => (
        <button
          key={side}
          type="button"
          class={`side ${side}`}
          aria-pressed={!muted.value[side]}
          onClick={() => (muted.value = { ...muted.value, [side]: !muted.value[side] })}
        >
          {side === 'input' ? 'Input' : 'Output'}
        </button>
      ))}
    </>
  )
}
