// A short sound for what was taken and one for what was not: whoever scans looks at the devices, not at the screen.
import { effect, signal } from "@preact/signals";

const kStored = "rollcall-sound";
export const sound = signal(localStorage.getItem(kStored) !== "off");
effect(() => localStorage.setItem(kStored, sound.value ? "on" : "off"));

let context: AudioContext | undefined;

export function play(what: "taken" | "refused"): void {
  if (!sound.peek()) return;
  context ??= new AudioContext();
  const [tones, length] = what === "taken" ? [[880, 1320], 0.07] as const : [[220, 180], 0.16] as const;
  tones.forEach((frequency, index) => {
    if (!context) return;
    const at = context.currentTime + index * length;
    const tone = new OscillatorNode(context, { type: what === "taken" ? "sine" : "square", frequency });
    const volume = new GainNode(context, { gain: what === "taken" ? 0.12 : 0.06 });
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + length);
  });
}
