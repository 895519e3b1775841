/** What was said of a sample, with its share of all that could have been said, 0 to 1. */
export interface Answered {
  readonly share: number
  readonly right: boolean
}

export interface Logistic {
  readonly slope: number
  readonly offset: number
  confidence(share: number): number
}

/**
 * How likely an answer is right, as a logistic function of the log odds of its share: maximum likelihood by Newton's method.
 * J. Platt: Probabilistic Outputs for Support Vector Machines, 1999.
 */
export function fitLogistic(answered: readonly Answered[]): Logistic {
  let [slope, offset] = [1, 0]
  for (let round = 0; round < 50; round++) {
    let [gs, go, hss, hso, hoo] = [0, 0, 1e-6, 0, 1e-6]
    for (const { share, right } of answered) {
      const x = logOdds(share)
      const p = 1 / (1 + Math.exp(-(slope * x + offset)))
      const off = p - (right ? 1 : 0)
      const weight = p * (1 - p)
      gs += off * x
      go += off
      hss += weight * x * x
      hso += weight * x
      hoo += weight
    }
    const determinant = hss * hoo - hso * hso
    slope -= (hoo * gs - hso * go) / determinant
    offset -= (hss * go - hso * gs) / determinant
  }
  return { slope, offset, confidence: (share) => 1 / (1 + Math.exp(-(slope * logOdds(share) + offset))) }
}

/** held to what can be told apart: a share of 1 is no certainty */
function logOdds(share: number): number {
  const held = Math.min(0.999, Math.max(0.001, share))
  return Math.log(held / (1 - held))
}
