//! How wake-ups are sent: the steps of `RawRwLock::transition` after its first.

use super::{Access, At, InFlight, Wake, World};
use crate::state::{READERS, UPGRADABLE, WRITER};

/// Wake-ups under way: what a task does after a transition has told it whom to wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sending {
    Wake(Wake, InFlight),
    Upgradable { woken: u8, in_flight: InFlight },
    UpgradablesAbsent { woken: u8 },
    UpgradableAgain { woken: u8 },
    UpgradablesPresent,
    Woken { woken: u8 },
    ClearsReadersWoken,
    RetractsWake(Access),
    ExclusiveAgain(Wake, InFlight),
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
            Sending::Wake(Wake::Readers, in_flight) => {
                Sending::Woken { woken: self.notify(Access::Read, u8::MAX, in_flight) }
            }
            Sending::Wake(Wake::ReadersAndUpgradable, in_flight) => Sending::Upgradable {
                woken: self.notify(Access::Read, u8::MAX, in_flight),
                in_flight: InFlight::READERS,
            },
            Sending::Wake(Wake::Upgradable, in_flight) => {
                Sending::Upgradable { woken: 0, in_flight }
            }
            Sending::Wake(Wake::Writer, in_flight) => {
                match self.notify(Access::Write, 1, in_flight) {
                    0 => Sending::RetractsWake(Access::Write),
                    _ => return self.done(who, then),
                }
            }
            Sending::Wake(Wake::Upgrader, in_flight) => {
                match self.notify(Access::Upgrade, 1, in_flight) {
                    0 => Sending::RetractsWake(Access::Upgrade),
                    _ => return self.done(who, then),
                }
            }
            Sending::RetractsWake(access) => {
                let in_flight = self.state.in_flight();
                let (state, wake) = self.state.retract_exclusive_wake(access);
                if !matches!(wake, Wake::Writer | Wake::Upgrader) {
                    return self.transition(who, (state, wake), then);
                }
                self.state = state;
                self.check_can_go(wake);
                Sending::ExclusiveAgain(wake, in_flight)
            }
            Sending::ExclusiveAgain(wake, in_flight) => {
                let woken = match wake {
                    Wake::Writer => self.notify(Access::Write, 1, in_flight),
                    Wake::Upgrader => self.notify(Access::Upgrade, 1, in_flight),
                    _ => 0,
                };
                match woken {
                    0 => Sending::NoneExclusive,
                    _ => return self.done(who, then),
                }
            }
            Sending::Upgradable { woken, in_flight } => {
                match self.notify(Access::UpgradableRead, 1, in_flight) {
                    0 => Sending::UpgradablesAbsent { woken },
                    _ => Sending::Woken { woken: woken + 1 },
                }
            }
            Sending::UpgradablesAbsent { woken } => {
                self.state = self.state.upgradables_absent();
                Sending::UpgradableAgain { woken }
            }
            Sending::UpgradableAgain { woken } => {
                match self.notify(Access::UpgradableRead, 1, InFlight::READERS) {
                    0 => Sending::Woken { woken },
                    _ => {
                        self.readers_in_flight = self.readers_in_flight.wrapping_add(woken + 1);
                        Sending::UpgradablesPresent
                    }
                }
            }
            Sending::UpgradablesPresent => {
                return self.transition(who, self.state.upgradables_present(), then);
            }
            Sending::Woken { woken: 0 } => {
                let are_in_flight = self.readers_in_flight as i8 > 0;
                return self.transition(who, self.state.readers_absent(are_in_flight), then);
            }
            Sending::Woken { woken } => {
                self.readers_in_flight = self.readers_in_flight.wrapping_add(woken);
                if self.readers_in_flight as i8 > 0 {
                    return self.done(who, then);
                }
                Sending::ClearsReadersWoken
            }
            Sending::ClearsReadersWoken => {
                self.state = self.state.clear_readers_woken();
                return self.done(who, then);
            }
            Sending::NoneExclusive => {
                return self.transition(who, self.state.writers_absent(), then);
            }
        };
        self.tasks[who].at = At::Sends(next);
    }
}
