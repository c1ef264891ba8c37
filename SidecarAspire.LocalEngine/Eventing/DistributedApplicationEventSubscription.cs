namespace Aspire.Hosting.Eventing;

/// <summary>One subscription to an event; what <see cref="IDistributedApplicationEventing.Unsubscribe"/> takes.</summary>
/// <param name="callback">Called each time the event is published.</param>
public class DistributedApplicationEventSubscription(Func<IDistributedApplicationEvent, CancellationToken, Task> callback)
{
    /// <summary>Called each time the event is published.</summary>
    public Func<IDistributedApplicationEvent, CancellationToken, Task> Callback { get; } = callback;
}
