using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace SidecarAspire.LocalEngine.Tests.Eventing;

public sealed class DistributedApplicationEventingTests
{
    private readonly DistributedApplicationEventing _eventing = new();
    private readonly List<string> _calls = [];

    [Fact]
    public async Task Subscribers_are_called_in_order_and_awaited()
    {
        var gate = new TaskCompletionSource();
        Subscribe("first", gate.Task);
        Subscribe("second");

        var published = _eventing.PublishAsync(new SomethingHappened(), TestContext.Current.CancellationToken);

        published.IsCompleted.ShouldBeFalse();
        _calls.ShouldBe(["first"]);
        gate.SetResult();
        await published;
        _calls.ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task Concurrent_subscribers_do_not_wait_for_each_other()
    {
        var gate = new TaskCompletionSource();
        Subscribe("first", gate.Task);
        Subscribe("second");

        var published = _eventing.PublishAsync(new SomethingHappened(), EventDispatchBehavior.BlockingConcurrent, TestContext.Current.CancellationToken);

        published.IsCompleted.ShouldBeFalse();
        _calls.ShouldBe(["first", "second"]);
        gate.SetResult();
        await published;
    }

    [Fact]
    public async Task A_publisher_that_does_not_block_returns_before_its_subscribers()
    {
        var gate = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        _eventing.Subscribe<SomethingHappened>(async (_, _) =>
        {
            await gate.Task;
            done.SetResult();
        });

        await _eventing.PublishAsync(new SomethingHappened(), EventDispatchBehavior.NonBlockingSequential, TestContext.Current.CancellationToken);

        gate.SetResult();
        await done.Task;
    }

    [Fact]
    public async Task The_first_subscriber_that_throws_ends_a_sequence()
    {
        _eventing.Subscribe<SomethingHappened>((_, _) => throw new InvalidOperationException("no"));
        Subscribe("second");

        await Should.ThrowAsync<InvalidOperationException>(() => _eventing.PublishAsync(new SomethingHappened(), TestContext.Current.CancellationToken));

        _calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_subscription_to_a_resource_hears_of_no_other()
    {
        var (mine, other) = (new AResource("mine"), new AResource("other"));
        _eventing.Subscribe<ResourceReadyEvent>(mine, (e, _) => Call(e.Resource.Name));

        await _eventing.PublishAsync(new ResourceReadyEvent(other, null!), TestContext.Current.CancellationToken);
        await _eventing.PublishAsync(new ResourceReadyEvent(mine, null!), TestContext.Current.CancellationToken);

        _calls.ShouldBe(["mine"]);
    }

    [Fact]
    public async Task Nothing_is_heard_after_unsubscribing()
    {
        var subscription = _eventing.Subscribe<SomethingHappened>((_, _) => Call("heard"));

        _eventing.Unsubscribe(subscription);
        await _eventing.PublishAsync(new SomethingHappened(), TestContext.Current.CancellationToken);

        _calls.ShouldBeEmpty();
    }

    [Fact]
    public void An_interface_cannot_be_subscribed_to() =>
        Should.Throw<ArgumentException>(() => _eventing.Subscribe<IDistributedApplicationEvent>((_, _) => Task.CompletedTask));

    private void Subscribe(string name, Task? until = null) => _eventing.Subscribe<SomethingHappened>((_, _) =>
    {
        _calls.Add(name);
        return until ?? Task.CompletedTask;
    });

    private Task Call(string name)
    {
        _calls.Add(name);
        return Task.CompletedTask;
    }

    private sealed class SomethingHappened : IDistributedApplicationEvent;

    private sealed class AResource(string name) : Resource(name);
}
