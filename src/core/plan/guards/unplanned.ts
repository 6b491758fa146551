/**
 * What nobody was told of before they merged, since the plan that they saw was out of date, or there was none yet. A plan that tells of it lets it go when it
 * is merged.
 */
export const unplannedReason = "no plan that was merged told of its deletion";
