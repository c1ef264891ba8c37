using Sidecar.Proxy.Traffic.Mirroring;

namespace Sidecar.Proxy.Tests.Traffic.Mirroring;

public sealed class MirrorSlotsTests
{
    [Fact]
    public void Routes_share_the_places_of_all_together()
    {
        var all = new MirrorSlots();
        var (one, other) = (new MirrorSlots(all, 2), new MirrorSlots(all, 2));

        (one.TryEnter(2), other.TryEnter(2), one.TryEnter(2), other.TryEnter(2)).ShouldBe((true, true, false, false));
        one.Leave();
        (other.TryEnter(2), one.TryEnter(2)).ShouldBe((true, false));
    }

    [Fact]
    public void A_route_has_no_more_places_than_its_own()
    {
        var room = new MirrorSlots(new(), 2);

        (room.TryEnter(1), room.TryEnter(1)).ShouldBe((true, false));
        room.Leave();
        room.TryEnter(1).ShouldBeTrue();
    }
}
