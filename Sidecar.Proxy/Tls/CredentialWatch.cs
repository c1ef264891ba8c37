namespace Sidecar.Proxy.Tls;

/// <summary>Looks at the files of certificates again and again, beside the requests.</summary>
/// <param name="settings">How often.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it says what has changed.</param>
internal sealed partial class CredentialWatch(SidecarSettings settings, TimeProvider time, ILogger<CredentialWatch> logger) : IDisposable
{
    private readonly Lock _looking = new();
    private readonly Lock _lock = new();
    private Action[] _looks = [];
    private ITimer? _timer;

    /// <summary>Adds something to look at. There is no timer before the first.</summary>
    public void Add(Action look)
    {
        lock (_lock)
        {
            _looks = [.. _looks, look];
            var interval = settings.Current.ReloadInterval;
            _timer ??= time.CreateTimer(static watch => ((CredentialWatch)watch!).Look(), this, interval, interval);
        }
    }

    /// <summary>Looks at everything, unless somebody else is doing so.</summary>
    public void Look()
    {
        if (!_looking.TryEnter())
            return;
        try
        {
            foreach (var look in Volatile.Read(ref _looks))
                Look(look);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private void Look(Action look)
    {
        try
        {
            look();
        }
        catch (Exception exception)
        {
            // A timer's exception would end the process, and keep the others from being looked at.
            var problem = Pem.Describe(exception);
            NotRenewed(logger, "a certificate", problem);
        }
    }

    /// <summary>Looks at a credential, and tells of what has become of it.</summary>
    /// <typeparam name="T">What it is.</typeparam>
    /// <returns>Whether something new is in force.</returns>
    public bool Renew<T>(Credential<T> credential)
        where T : class
    {
        var isNew = credential.TryRenew(out var problem);
        if (isNew)
            ReportRenewed(credential);
        else if (problem is not null)
            NotRenewed(logger, credential.File, problem);
        return isNew;
    }

    /// <summary>Says that something new is in force.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    public void ReportRenewed<T>(Credential<T> credential)
        where T : class
    {
        var what = credential.Description;
        Renewed(logger, credential.File, what);
    }

    /// <summary>Says that something new could not be taken.</summary>
    public void Reject(string file, string reason) => NotRenewed(logger, file, reason);

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
            _timer?.Dispose();
    }

    [LoggerMessage(EventId = 1, EventName = "CertificateRenewed", Level = LogLevel.Information, Message = "{File} renewed: {What}")]
    private static partial void Renewed(ILogger logger, string file, string what);

    [LoggerMessage(EventId = 2, EventName = "CertificateNotRenewed", Level = LogLevel.Warning, Message = "Cannot load {File}, keeping the previous one: {Reason}")]
    private static partial void NotRenewed(ILogger logger, string file, string reason);
}
