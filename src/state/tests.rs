//! Every world of a few tasks, walked through the transitions of the state.

mod model;
