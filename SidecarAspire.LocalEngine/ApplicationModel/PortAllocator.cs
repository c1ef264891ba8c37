namespace Aspire.Hosting.ApplicationModel;

/// <summary>Gives ports in ascending order, so that the same application gets the same ones.</summary>
/// <param name="startPort">The first; default 8000.</param>
public sealed class PortAllocator(int startPort = 8000) : IPortAllocator
{
    private readonly HashSet<int> _used = [];
    private int _next = startPort;

    /// <inheritdoc />
    public int AllocatePort()
    {
        while (!_used.Add(_next))
        {
            _next++;
        }

        return _next;
    }

    /// <inheritdoc />
    public void AddUsedPort(int port) => _used.Add(port);
}
