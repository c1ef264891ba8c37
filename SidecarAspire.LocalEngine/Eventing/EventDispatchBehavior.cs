namespace Aspire.Hosting.Eventing;

/// <summary>Whether subscribers are called one after the other, and whether the publisher waits for them.</summary>
public enum EventDispatchBehavior
{
    /// <summary>One after the other, in the order of subscription; the publisher waits.</summary>
    BlockingSequential = 0,

    /// <summary>All at once; the publisher waits for the last.</summary>
    BlockingConcurrent = 1,

    /// <summary>One after the other; the publisher does not wait.</summary>
    NonBlockingSequential = 2,

    /// <summary>All at once; the publisher does not wait.</summary>
    NonBlockingConcurrent = 3,
}
