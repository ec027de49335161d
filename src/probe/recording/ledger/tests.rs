//! What guards and futures that were forgotten leave behind. (Here is what takes a race otherwise: a reader that backs
//! out keeps an upgrade waiting, and the lock lets go of the access that an upgrade before it has forgotten.)
#![forbid(unsafe_code)]

use alloc::task::Wake;

use super::super::Tag;
use super::*;

struct Task;

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

fn by() -> By {
    By::new(Who::this_thread(), Place::here())
}

#[test]
fn a_forgotten_upgraded_guard_goes_where_the_next_upgrade_waits() {
    let tag = Tag::of::<u32>(None);
    let key = tag.acquired(Access::UpgradableRead, by()).key();
    let access = || tag.ledger().entries().holds.iter().map(|(_, hold)| hold.access).last();
    drop(tag.upgraded(key, by()));
    assert_eq!(access(), Some(Access::Write));
    let waker = Waker::from(Arc::new(Task));
    let asked = (Access::Upgrade, key, Place::here());
    let wait = tag.ledger().entries().begin_wait(asked, waker);
    assert_eq!(access(), Some(Access::UpgradableRead));
    tag.ledger().tell(Event::WaitEnded { wait, outcome: Outcome::GivenUp }).wakers.discard();
    tag.released(key, Access::UpgradableRead).discard();
    assert!(tag.ledger().entries().is_idle());
}
