namespace Aspire.Hosting.ApplicationModel;

/// <summary>What to do when the resource waited for fails or ends.</summary>
public enum WaitBehavior
{
    /// <summary>Keep waiting: it may be started again.</summary>
    WaitOnResourceUnavailable = 0,

    /// <summary>Give up with an error.</summary>
    StopOnResourceUnavailable = 1,
}
