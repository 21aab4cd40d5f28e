// A canvas that is as sharp as the screen and as wide as its place, drawn again when something changes that its drawing reads.

import { effect, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type Palette, readPalette } from './palette.ts'
import { theme } from './state.ts'

export interface Sheet {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly palette: Palette
}

/** `read` reads the signals; `draw` draws what was read, at most once a frame. */
export function useCanvas<T>(height: number, read: () => T, draw: (sheet: Sheet, state: T) => void) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context) return
    const width = signal(element.clientWidth)
    const observer = new ResizeObserver(() => {
      width.value = element.clientWidth
    })
    observer.observe(element)
    let frame = 0
    const stop = effect(() => {
      const state = read()
      // The colours of the theme are in force by the next frame.
      void theme.value
      const wide = width.value
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => {
        fitToScreen(element, context, wide, height)
        draw({ context, width: wide, height, palette: readPalette() }, state)
      })
    })
    return () => {
      stop()
      observer.disconnect()
      cancelAnimationFrame(frame)
    }
    // `read` and `draw` of the first rendering hold on to signals only.
  }, [height])
  return canvas
}

function fitToScreen(element: HTMLCanvasElement, context: CanvasRenderingContext2D, width: number, height: number): void {
  const ratio = window.devicePixelRatio || 1
  const pixels = { width: Math.round(width * ratio), height: Math.round(height * ratio) }
  if (element.width !== pixels.width || element.height !== pixels.height) Object.assign(element, pixels)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
}
