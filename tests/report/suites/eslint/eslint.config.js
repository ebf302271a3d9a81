module.exports = [{ ignores: ["eslint.config.js"] }, { rules: { "no-undef": "error", "no-unused-vars": "warn", "eqeqeq": "error", "max-len": ["error", 60] } }];
