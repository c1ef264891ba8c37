namespace Aspire.Hosting;

/// <summary>What the app host has been started for.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>To run the application here.</summary>
    Run = 0,

    /// <summary>To write what a cluster needs to run it.</summary>
    Publish = 1,
}
