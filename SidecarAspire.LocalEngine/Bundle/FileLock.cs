namespace Aspire.Hosting.Bundle;

/// <summary>A lock that one process holds at a time; the system gives it back when the holder is killed.</summary>
internal static class FileLock
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for the lock; calls <paramref name="waiting"/> once when somebody else holds it.</summary>
    public static async Task<IDisposable> AcquireAsync(string path, Action waiting, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (attempt == 0)
                {
                    waiting();
                }
            }

            await Task.Delay(RetryInterval, time, cancellationToken);
        }
    }
}
