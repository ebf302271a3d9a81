//! Chance that can be repeated: the same seed gives the same numbers.

/// How many rounds a test goes: as `MCP_ROUNDS` says, or this short form.
pub fn rounds(short: usize) -> usize {
    std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(short)
}

/// Numbers that look random, the same in each run.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        // Seeds that are near to each other shall not begin alike.
        let mut mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Chance((mixed ^ (mixed >> 27)) | 1)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    pub fn of<'list, T>(&mut self, list: &'list [T]) -> &'list T {
        &list[self.below(list.len() as u64) as usize]
    }
}
