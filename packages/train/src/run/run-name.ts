/** What a run may be called: its folder has this name. */
export const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** {@link RUN_NAME} in words. */
export const RUN_NAME_RULE = 'letters, digits, dots, dashes and underscores, a letter or digit first';
