using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states of all resources at one moment and whatever changes after it.</summary>
/// <param name="current">The states at that moment.</param>
/// <param name="changes">What changes after it.</param>
/// <param name="unsubscribe">Ends the changes.</param>
internal sealed class ResourceSubscription(IReadOnlyList<ResourceEvent> current, ChannelReader<ResourceEvent> changes, Action unsubscribe) : IDisposable
{
    public IReadOnlyList<ResourceEvent> Current { get; } = current;

    public ChannelReader<ResourceEvent> Changes { get; } = changes;

    public void Dispose() => unsubscribe();
}
