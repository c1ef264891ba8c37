using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

/// <summary>Publishes what happens in the app host to whoever has subscribed to it.</summary>
public interface IDistributedApplicationEventing
{
    /// <summary>Calls back each time an event of this very type is published.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is an interface or abstract: no event is published as such.</exception>
    DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback) where T : IDistributedApplicationEvent;

    /// <summary>Calls back each time an event of this very type is published for this resource.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is an interface or abstract: no event is published as such.</exception>
    DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback) where T : IDistributedApplicationResourceEvent;

    /// <summary>Ends a subscription; one that has ended already is left alone.</summary>
    void Unsubscribe(DistributedApplicationEventSubscription subscription);

    /// <summary>Calls the subscribers one after the other and waits; the first that throws ends it.</summary>
    Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default) where T : IDistributedApplicationEvent;

    /// <summary>Calls the subscribers in the manner asked for.</summary>
    Task PublishAsync<T>(T @event, EventDispatchBehavior dispatchBehavior, CancellationToken cancellationToken = default) where T : IDistributedApplicationEvent;
}
