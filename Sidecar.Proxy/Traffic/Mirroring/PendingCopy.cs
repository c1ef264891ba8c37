using Sidecar.Proxy.Server.Resources;

namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>A copy that has a place until it is sent or dropped.</summary>
/// <param name="copy">The copy.</param>
/// <param name="route">Whose request it is a copy of.</param>
/// <param name="slots">Where it has its place.</param>
/// <param name="budget">What its body is kept in.</param>
/// <param name="sender">Who sends it.</param>
internal sealed class PendingCopy(DefaultHttpContext copy, RouteOptions route, MirrorSlots slots, BodyBudget budget, MirrorSender sender) : IThreadPoolWorkItem
{
    private long _kept;

    /// <summary>Whose request it is a copy of.</summary>
    public RouteOptions Route => route;

    /// <summary>Sends it, without a step on the way of the request.</summary>
    /// <param name="body">Its body, or null.</param>
    public void Send(MemoryStream? body)
    {
        RequestCopy.Fill(copy, body);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Takes room for more of its body.</summary>
    /// <returns>Whether there was any; it is given back with its place.</returns>
    public bool TryKeep(int bytes)
    {
        if (!budget.TryTake(bytes))
            return false;
        _kept += bytes;
        return true;
    }

    /// <summary>Gives its place back.</summary>
    public void Drop()
    {
        budget.Return(_kept);
        slots.Leave();
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    private async Task SendAsync()
    {
        try
        {
            await sender.SendAsync(copy, route);
        }
        finally
        {
            Drop();
        }
    }
}
