namespace Aspire.Hosting;

/// <summary>What the author of the application or its user has to put right; its message is one line for them.</summary>
public class DistributedApplicationException : Exception
{
    /// <summary>An error without words.</summary>
    public DistributedApplicationException()
    {
    }

    /// <summary>An error that says what, where and what is allowed.</summary>
    public DistributedApplicationException(string message) : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    public DistributedApplicationException(string message, Exception inner) : base(message, inner)
    {
    }
}
