using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

/// <summary>One subscription to an event of a resource.</summary>
/// <param name="resource">The resource; null for every resource.</param>
/// <param name="callback">Called each time the event is published.</param>
public class DistributedApplicationResourceEventSubscription(
    IResource? resource,
    Func<IDistributedApplicationResourceEvent, CancellationToken, Task> callback)
    : DistributedApplicationEventSubscription((@event, cancellationToken) => callback((IDistributedApplicationResourceEvent)@event, cancellationToken))
{
    /// <summary>The resource; null for every resource.</summary>
    public IResource? Resource { get; } = resource;
}
