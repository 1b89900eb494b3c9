// English, of the check of a draw or of a split alone, with which it comes. The same keys as in zh-Hans.fair.js: a test compares them.

export default {
  "fair.bad_commitment": "It does not fit: the shares are not the ones that were committed to!",
  "fair.bad_names": "It does not fit: the page names {shown}, and the draw gives {names}!",
  "fair.bad_order": "It does not fit: shares were not taken in the published order!",
  "fair.bad_pool": "It does not fit: the pool is not the one whose hash was published!",
  "fair.bad_promise": "It does not fit: the commitment that stands here now is not the one that was published!",
  "fair.bad_seed": "It does not fit: the seed is not the one that was committed to!",
  "fair.bad_total": "It does not fit: the shares do not add up to the total!",
  "fair.bad_winner": "It does not fit: computing the draw again gives somebody else!",
  "fair.draw_fits": { "one": "It fits: computed again here from the pool of {pool}, the seed and the entropy; {count} pick is the same. The winner: {names}.", "other": "It fits: computed again here from the pool of {pool}, the seed and the entropy; all {count} picks are the same. The winners: {names}." },
  "fair.more": "{count} more",
  "fair.nothing": "Nothing has been published yet that can be checked",
  "fair.seed_fits": "The seed is the one that was committed to. The activity does not list its pool, so the picks cannot be checked here.",
  "fair.split_fits": { "one": "It fits: {count} share is that of the commitment that this device saw before the end.", "other": "It fits: {count} shares are those of the commitment that this device saw before the end." },
  "fair.split_unseen": { "one": "It fits, as far as it goes: {count} share is that of the commitment that stands here. This device did not see it before the end, so it cannot tell whether it is still the same.", "other": "It fits, as far as it goes: {count} shares are those of the commitment that stands here. This device did not see it before the end, so it cannot tell whether it is still the same." },
};
