// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.27;

interface IPool {
    function flashLoanSimple(address receiver, address asset, uint256 amount, bytes calldata params, uint16 code)
        external;
}

interface IMintable {
    function mint(address to, uint256 value) external;
    function approve(address spender, uint256 value) external;
}

/// Takes flash loans and always has the premium to pay them back.
contract DevFlashBorrower {
    IPool public immutable pool;

    constructor(IPool pool_) {
        pool = pool_;
    }

    function borrow(address asset, uint256 amount) external {
        pool.flashLoanSimple(address(this), asset, amount, "", 0);
    }

    /// Called back by flashLoanSimple.
    function executeOperation(address asset, uint256 amount, uint256 premium, address, bytes calldata)
        external
        returns (bool)
    {
        _repay(asset, amount, premium);
        return true;
    }

    /// Called back by flashLoan. An asset taken as debt is not collected back, so the allowance is
    /// simply left over.
    function executeOperation(
        address[] calldata assets,
        uint256[] calldata amounts,
        uint256[] calldata premiums,
        address,
        bytes calldata
    ) external returns (bool) {
        for (uint256 i; i < assets.length; ++i) _repay(assets[i], amounts[i], premiums[i]);
        return true;
    }

    function _repay(address asset, uint256 amount, uint256 premium) internal {
        IMintable(asset).mint(address(this), premium);
        IMintable(asset).approve(address(pool), 0);
        IMintable(asset).approve(address(pool), amount + premium);
    }
}

/// Many view calls in one eth_call, and the block environment they ran in.
contract DevMulticall {
    struct Call {
        address target;
        bytes data;
    }

    function aggregate(Call[] calldata calls)
        external
        returns (uint256 number, uint256 timestamp, bool[] memory ok, bytes[] memory results)
    {
        number = block.number;
        timestamp = block.timestamp;
        ok = new bool[](calls.length);
        results = new bytes[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            (ok[i], results[i]) = calls[i].target.call(calls[i].data);
        }
    }
}
