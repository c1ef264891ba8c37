namespace Sidecar.Proxy.Traffic.Mirroring;

/// <summary>A copy that has a place until it is sent or dropped.</summary>
/// <param name="copy">The copy.</param>
/// <param name="route">Whose request it is a copy of.</param>
/// <param name="room">Where it has its place.</param>
/// <param name="sender">Who sends it.</param>
internal sealed class PendingCopy(DefaultHttpContext copy, RouteOptions route, MirrorRoom room, MirrorSender sender) : IThreadPoolWorkItem
{
    /// <summary>Whose request it is a copy of.</summary>
    public RouteOptions Route => route;

    /// <summary>Sends it, without a step on the way of the request.</summary>
    /// <param name="body">Its body, or null.</param>
    public void Send(byte[]? body)
    {
        RequestCopy.Fill(copy, body);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Gives its place back unsent.</summary>
    public void Drop() => room.Leave();

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    private async Task SendAsync()
    {
        try
        {
            await sender.SendAsync(copy, route);
        }
        finally
        {
            room.Leave();
        }
    }
}
