//! How wake-ups are sent: the steps of `RawRwLock::transition` after its first.

use super::{Access, At, Coming, Wake, World};
use crate::state::{READERS, UPGRADABLE, WRITER};

/// Wake-ups under way: what a task does after a transition has told it whom to wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sending {
    Wake(Wake, Coming),
    Upgradable { woken: u8, coming: Coming },
    UpgradablesAbsent { woken: u8 },
    UpgradableAgain { woken: u8 },
    UpgradablesPresent,
    Woken { woken: u8 },
    AllHaveCome,
    TurnIsVoid,
    ExclusiveAgain(Wake, Coming),
    NoneExclusive,
}

impl<const TASKS: usize> World<TASKS> {
    /// Nobody is woken who could not go even if it were polled at once.
    pub(super) fn check_can_go(&mut self, wake: Wake) {
        let in_the_way = match wake {
            Wake::Nobody => 0,
            Wake::Readers => WRITER,
            Wake::Upgradable | Wake::ReadersAndUpgradable => WRITER | UPGRADABLE,
            Wake::Writer => WRITER | UPGRADABLE | READERS,
            Wake::Upgrader => WRITER | READERS,
        };
        self.break_unless(!self.state.has_any(in_the_way), "somebody was woken in vain");
    }

    pub(super) fn send_one(&mut self, who: usize, sending: Sending) {
        let then = self.tasks[who].then;
        let next = match sending {
            Sending::Wake(Wake::Nobody, _) => unreachable!("nothing to send"),
            Sending::Wake(Wake::Readers, coming) => {
                Sending::Woken { woken: self.notify(Access::Read, u8::MAX, coming) }
            }
            Sending::Wake(Wake::ReadersAndUpgradable, coming) => Sending::Upgradable {
                woken: self.notify(Access::Read, u8::MAX, coming),
                coming: Coming::Readers,
            },
            Sending::Wake(Wake::Upgradable, coming) => Sending::Upgradable { woken: 0, coming },
            Sending::Wake(Wake::Writer, coming) => match self.notify(Access::Write, 1, coming) {
                0 => Sending::TurnIsVoid,
                _ => return self.done(who, then),
            },
            Sending::Wake(Wake::Upgrader, coming) => {
                match self.notify(Access::Upgrade, 1, coming) {
                    0 => Sending::TurnIsVoid,
                    _ => return self.done(who, then),
                }
            }
            Sending::TurnIsVoid => {
                let coming = self.state.readers_coming();
                let (state, wake) = self.state.turn_is_void();
                self.state = state;
                self.check_can_go(wake);
                Sending::ExclusiveAgain(wake, coming)
            }
            Sending::ExclusiveAgain(wake, coming) => {
                let woken = match wake {
                    Wake::Writer => self.notify(Access::Write, 1, coming),
                    Wake::Upgrader => self.notify(Access::Upgrade, 1, coming),
                    _ => 0,
                };
                match woken {
                    0 => Sending::NoneExclusive,
                    _ => return self.done(who, then),
                }
            }
            Sending::Upgradable { woken, coming } => {
                match self.notify(Access::UpgradableRead, 1, coming) {
                    0 => Sending::UpgradablesAbsent { woken },
                    _ => Sending::Woken { woken: woken + 1 },
                }
            }
            Sending::UpgradablesAbsent { woken } => {
                self.state = self.state.upgradables_absent();
                Sending::UpgradableAgain { woken }
            }
            Sending::UpgradableAgain { woken } => {
                match self.notify(Access::UpgradableRead, 1, Coming::Readers) {
                    0 => Sending::Woken { woken },
                    _ => {
                        self.readers_coming = self.readers_coming.wrapping_add(woken + 1);
                        Sending::UpgradablesPresent
                    }
                }
            }
            Sending::UpgradablesPresent => {
                return self.transition(who, self.state.upgradables_present(), then);
            }
            Sending::Woken { woken: 0 } => {
                let others_come = self.readers_coming as i8 > 0;
                return self.transition(who, self.state.readers_absent(others_come), then);
            }
            Sending::Woken { woken } => {
                self.readers_coming = self.readers_coming.wrapping_add(woken);
                if self.readers_coming as i8 > 0 {
                    return self.done(who, then);
                }
                Sending::AllHaveCome
            }
            Sending::AllHaveCome => {
                self.state = self.state.readers_have_come();
                return self.done(who, then);
            }
            Sending::NoneExclusive => {
                return self.transition(who, self.state.writers_absent(), then);
            }
        };
        self.tasks[who].at = At::Sends(next);
    }
}
