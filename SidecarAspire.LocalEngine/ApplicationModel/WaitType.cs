namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource waits for.</summary>
public enum WaitType
{
    /// <summary>The other one runs and all its health checks pass.</summary>
    WaitUntilHealthy = 0,

    /// <summary>The other one has ended with the expected exit code.</summary>
    WaitForCompletion = 1,

    /// <summary>The other one runs.</summary>
    WaitUntilStarted = 2,
}
