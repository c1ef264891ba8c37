using System.Globalization;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class RequestIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 8, 30, 0, 123, TimeSpan.Zero);

    [Fact]
    public void It_is_a_UUID_of_version_7_that_begins_with_the_time()
    {
        var id = Guid.Parse(RequestId.New(Now));

        (id.Version, id.Variant & 0b1100).ShouldBe((7, 0b1000));
        long.Parse(id.ToString("N")[..12], NumberStyles.HexNumber, CultureInfo.InvariantCulture).ShouldBe(Now.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void No_two_are_the_same_on_any_thread()
    {
        var ids = new string[4][];
        var threads = ids.Select((_, i) => new Thread(() => ids[i] = [.. Enumerable.Range(0, 1000).Select(_ => RequestId.New(Now))])).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        ids.SelectMany(some => some).Distinct().Count().ShouldBe(4000);
    }
}
