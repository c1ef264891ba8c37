namespace Aspire.Hosting.ApplicationModel;

/// <summary>Gives ports to endpoints that are published without one.</summary>
public interface IPortAllocator
{
    /// <summary>A port that has not been given or said to be used.</summary>
    int AllocatePort();

    /// <summary>Says that a port is used.</summary>
    void AddUsedPort(int port);
}
