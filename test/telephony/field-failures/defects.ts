// What phone bridges in the field do wrong, by name: each is a switch of the app in broken-bridge.ts. The numbers are those of the tests.
// Not here: 8 and 34 (calls over SIP have no bridge: test/runtime/calls.test.ts), 33 (Telnyx without rtp: telnyx.test.ts), 35 and 36 (other
// platforms).

export interface Defects {
  /** 1: interrupts only while the model still speaks; it has said all long before the caller has heard it. */
  interruptsActiveResponsesOnly: boolean
  /** 1: clears, and lets the model believe that all was heard. */
  clearsWithoutTruncating: boolean
  /** 2: clears and truncates whenever the caller speaks, though nothing plays. */
  interruptsSilence: boolean
  /** 3: sound of the caller that comes before the session is there goes nowhere. */
  losesEarlySound: boolean
  /** 4: a handoff sends the whole session again, with the formats of a browser app. */
  resetsFormatsOnHandoff: boolean
  /** 5: trusts that frames come in silence too. */
  needsFramesOfSilence: boolean
  /** 6: plays the first piece of an answer as soon as it is there. */
  playsFirstPieceAtOnce: boolean
  /** 7: no check of signatures. */
  takesAnybody: boolean
  /** 9: the time at which an answer began is not reset with the next one. */
  keepsFirstStart: boolean
  /** 10: truncates by the time since the answer began, however long it is. */
  truncatesByClock: boolean
  /** 11: truncates at what was sent. */
  truncatesAtSent: boolean
  /** 11: what was heard since the last mark does not count. */
  countsMarksOnly: boolean
  /** 11: marks have no name. */
  namelessMarks: boolean
  /** 12: its mark is ahead of the sound and comes back at once; without a mark on its way nothing is interrupted. */
  marksAheadOfSound: boolean
  /** 13: never clears. */
  neverClears: boolean
  /** 14: any sound during the greeting stops it. */
  greetingFallsToNoise: boolean
  /** 15: the caller is to speak first. */
  saysNothingFirst: boolean
  /** 15: stops at any frame that is not quite silent. */
  stopsAtLoudFrames: boolean
  /** 16: a threshold so low that the agent's own echo is speech. */
  hearsItsEcho: boolean
  /** 17: closes at response.done, when the goodbye has been made and not been heard. */
  hangsUpOnDone: boolean
  /** 18: a pause behind <Connect>, "to keep the call open". */
  pausesAfterConnect: boolean
  /** 19: the function to hang up answers the model, and nobody hangs up. */
  cannotHangUp: boolean
  /** 20: sends keys by a redirect of the call. */
  redirectsForKeys: boolean
  /** 21: what it does between two frames delays the next. */
  logsBetweenFrames: boolean
  /** 22: one frame for each turn of a timer that is a little too slow. */
  pacesByTimer: boolean
  /** 23: the token of the call is in the query of the stream's URL. */
  tokenInQuery: boolean
  /** 24: checks the signature of the upgrade against https://. */
  checksHttpsSignature: boolean
  /** 25: no word when the session is over. */
  diesWithSession: boolean
  /** 26: 8 kHz samples as if they were 24 kHz. */
  appendsAtWrongRate: boolean
  /** 27: asks for the greeting as soon as there is a socket to the model. */
  greetsTooEarly: boolean
  /** 28: mu-law goes into a session whose input is PCM. */
  inputLeftPcm: boolean
  /** 29: PCM of the session goes to the phone as mu-law. */
  outputLeftPcm: boolean
  /** 30: does not notice that nothing comes any more. */
  neverWatchesTheLine: boolean
  /** 31: collects the caller's sound to big pieces. */
  collectsCallerSound: boolean
  /** 32: no defect: frames of silence go out all the time, as from a media server. */
  sendsComfortFrames: boolean
}

export type Defect = keyof Defects
